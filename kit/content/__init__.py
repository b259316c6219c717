"""Files of any size behind one small interface: GridFS beside the service's data, or an S3-compatible store."""
