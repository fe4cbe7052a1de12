# provider-tool was here
echo provider-tool of provider-service
