}}}
image = "owner/provider-service@"
{{{ image =
