"""How much of a request's files is read at all: beyond the limit they are dropped as they come."""

from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload

from zonetrack.files.models import LARGEST

# What is so large is not even read to its end, though the sender may then see a broken connection.
READ_AND_DROPPED = 10 * LARGEST


class LimitedUpload(FileUploadHandler):
    """Stands before Django's own handlers. The view finds `too_large` at the request."""

    def handle_raw_input(self, input_data, meta, content_length, boundary, encoding=None):
        self.begun, self.whole = 0, content_length

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.begun = 0

    def receive_data_chunk(self, raw_data, start):
        self.begun += len(raw_data)
        if self.begun <= LARGEST:
            return raw_data
        self.request.too_large = True
        if self.whole > READ_AND_DROPPED:
            raise StopUpload(connection_reset=True)
        raise SkipFile

    def file_complete(self, file_size):
        return None
