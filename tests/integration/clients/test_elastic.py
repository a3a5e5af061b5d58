"""Elasticsearch's _bulk, from the bulk helper of its Python client."""

import environment
from client_case import ClientCase


class ElasticBulkHelper(ClientCase.Base):
    def install(self):
        self.python = environment.need(lambda: environment.python_with(["elasticsearch==8.15.1"]))

    def command(self, first, count, pace):
        return [self.python, self.script("elastic_sender.py"), self.http, str(first), str(count), str(pace)]
