package workload;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A plain connection for each GET; the server closes it, so that no port of the client waits. */
final class SocketCaller implements Caller {
  private static final int STATUS_AT = "HTTP/1.1 ".length();

  private final InetSocketAddress server;
  private final byte[] request;

  SocketCaller(URI url) {
    this.server = new InetSocketAddress(url.getHost(), url.getPort());
    this.request =
        ("GET " + url.getPath() + " HTTP/1.1\r\nhost: " + url.getAuthority())
            .concat("\r\nconnection: close\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public int call(byte[] body) throws IOException {
    if (body.length > 0) {
      throw new IllegalArgumentException("a GET has no body");
    }
    try (Socket socket = new Socket()) {
      socket.setTcpNoDelay(true);
      socket.connect(server);
      OutputStream out = socket.getOutputStream();
      out.write(request);
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      if (answer.length() < STATUS_AT + 3) {
        throw new IOException("no answer but: " + answer);
      }
      return Integer.parseInt(answer.substring(STATUS_AT, STATUS_AT + 3));
    }
  }
}
