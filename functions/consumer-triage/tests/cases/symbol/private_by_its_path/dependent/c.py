import wire._client

wire._client._cut(1)
