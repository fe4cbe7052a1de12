provider-tool
