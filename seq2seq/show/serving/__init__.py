"""A model behind HTTP: the API and the page of `seq2seq serve`. Needs FastAPI and uvicorn (the extra `serve`).

limits      how much one request, and all together, may ask for
batching    the one thread in which models run; sentences of several clients in one batch
guard       what every request passes first: host, body, time
requests    what clients send
answers     what they get, for the OpenAPI description
models      the models that are served, and what is asked of them
libre       the shape in which LibreTranslate's clients ask
app         the routes
server      a socket, and an end that finishes what was accepted
"""
