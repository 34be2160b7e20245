// An origin: answers every request after its body, and writes how it understood it, one line each.
const http = require('http');
const fs = require('fs');
const [, , address, port, log] = process.argv;
const out = fs.openSync(log, 'a');
const write = (socket, status, host, request) =>
  fs.writeSync(out, `${socket.remoteAddress}|${status}|${host}|${request}\n`);
const server = http.createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    write(request.socket, 200, request.headers.host ?? '', `${request.method} ${request.url}`);
    response.end('ok');
  });
});
// An expectation that nobody knows is refused, and understood all the same: the connection goes on.
server.on('checkExpectation', (request, response) => {
  request.resume();
  request.on('end', () => {
    write(request.socket, 200, request.headers.host ?? '', `${request.method} ${request.url}`);
    response.writeHead(417);
    response.end();
  });
});
// What wants to become something else is answered as an ordinary request.
server.on('upgrade', (request, socket) => {
  write(socket, 200, request.headers.host ?? '', `${request.method} ${request.url}`);
  socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
});
server.on('connect', (request, socket) => {
  write(socket, 405, request.headers.host ?? '', `${request.method} ${request.url}`);
  socket.end('HTTP/1.1 405 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
});
server.on('clientError', (error, socket) => {
  socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
});
server.listen(Number(port), address);
