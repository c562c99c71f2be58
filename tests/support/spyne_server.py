"""A SOAP server of another library, spyne: the text of a program, which has no types."""

SERVER = """
import sys
from wsgiref.simple_server import make_server

from spyne import Application, Array, ComplexModel, Fault, Integer, ServiceBase, Unicode, rpc
from spyne.protocol.soap import Soap11, Soap12
from spyne.server.wsgi import WsgiApplication


class Session(ComplexModel):
    __namespace__ = "urn:example:library"
    key = Unicode(min_occurs=1)


class Served(ComplexModel):
    __namespace__ = "urn:example:library"
    by = Unicode


class UnknownBook(Fault):
    __namespace__ = "urn:example:library"
    number = Integer

    def __init__(self, number=0):
        super().__init__("Client.UnknownBook", "There is no such book.")
        self.number = number


class Library(ServiceBase):
    __in_header__ = Session
    __out_header__ = Served

    @rpc(Unicode, Integer, _returns=Array(Unicode), _throws=UnknownBook)
    def find_books(ctx, title, most):
        if title == "none":
            raise UnknownBook(404)
        if title == "broken":
            raise ZeroDivisionError
        ctx.out_header = Served(by=ctx.in_header.key if ctx.in_header else "nobody")
        return [title] * int(most)


protocol = {"1.1": Soap11, "1.2": Soap12}[sys.argv[1]]
protocols = {"in_protocol": protocol(validator="lxml"), "out_protocol": protocol()}
application = WsgiApplication(Application([Library], "urn:example:library", **protocols))
with make_server("127.0.0.1", 0, application) as server:
    print(server.server_port, flush=True)
    server.serve_forever()
"""
"""`python -c` of it with a version prints its port, and serves its WSDL at `/?wsdl`."""
