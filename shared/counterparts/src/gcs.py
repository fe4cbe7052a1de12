"""gcp-storage-emulator, corrected: see gcs.rs. Arguments: host, port, bucket."""

import http.server, sys, threading
from http import HTTPStatus
from gcp_storage_emulator import server
from gcp_storage_emulator.exceptions import NotFound
from gcp_storage_emulator.handlers import objects

server.server.HTTPServer = http.server.ThreadingHTTPServer
http.server.ThreadingHTTPServer.request_queue_size = 128
one_write = threading.Lock()
insert, download = objects.insert, objects.download

def refuse(response, status, message):
    response.status = status
    response.json({"error": {"code": status.value, "message": message}})

def is_bucket(storage, request):
    return storage.get_bucket(request.params["bucket_name"]) is not None

def conditional_insert(request, response, storage, *args, **kwargs):
    request.data
    with one_write:
        if not is_bucket(storage, request):
            return refuse(response, HTTPStatus.NOT_FOUND, "The specified bucket does not exist.")
        if request.query.get("ifGenerationMatch") == ["0"]:
            try:
                storage.get_file_obj(request.params["bucket_name"], request.query["name"][0])
                return refuse(response, HTTPStatus.PRECONDITION_FAILED, "conditionNotMet")
            except NotFound:
                pass
        insert(request, response, storage)

def versioned_download(request, response, storage, *args, **kwargs):
    try:
        known = storage.get_file_obj(request.params["bucket_name"], request.params["object_id"])
    except NotFound:
        missing = "No such object" if is_bucket(storage, request) else "The specified bucket does not exist."
        return refuse(response, HTTPStatus.NOT_FOUND, missing)
    start = (request.get_header("range") or "bytes=0-").split("=")[1].split("-")[0]
    if int(start) and int(start) >= int(known["size"]):
        return refuse(response, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "The requested range cannot be satisfied.")
    download(request, response, storage)
    response["x-goog-generation"] = known["generation"]
    response["x-goog-metageneration"] = known["metageneration"]
    response["x-goog-stored-content-length"] = known["size"]

for path, methods in server.HANDLERS:
    for method, handler in methods.items():
        if handler is insert:
            methods[method] = conditional_insert
        if handler is download:
            methods[method] = versioned_download
objects.insert, objects.download = conditional_insert, versioned_download
host, port, bucket = sys.argv[1:]
server.create_server(host, int(port), in_memory=True, default_bucket=bucket).run()
