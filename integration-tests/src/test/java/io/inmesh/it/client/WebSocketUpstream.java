package io.inmesh.it.client;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * Accepts one short WebSocket text message a connection and sends it back with "echo " in front
 * (RFC 6455).
 */
final class WebSocketUpstream implements AutoCloseable {
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private volatile String host = "";

  WebSocketUpstream() throws IOException {
    Thread thread = new Thread(this::serve, "websocket-upstream");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return server.getLocalPort();
  }

  /** The Host of the last handshake. */
  String host() {
    return host;
  }

  private void serve() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        echo(socket);
      } catch (IOException | NoSuchAlgorithmException gone) {
        // The next client gets a connection of its own.
      }
    }
  }

  private void echo(Socket socket) throws IOException, NoSuchAlgorithmException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    String key = "";
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      if (line.regionMatches(true, 0, "Sec-WebSocket-Key: ", 0, 19)) {
        key = line.substring(19).trim();
      } else if (line.regionMatches(true, 0, "Host: ", 0, 6)) {
        host = line.substring(6).trim();
      }
    }
    byte[] digest =
        MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
    String head =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: "
            + Base64.getEncoder().encodeToString(digest)
            + "\r\n\r\n";
    OutputStream out = socket.getOutputStream();
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    out.flush();
    in.readUnsignedByte();
    byte[] payload = new byte[in.readUnsignedByte() & 0x7F];
    byte[] mask = new byte[4];
    in.readFully(mask);
    in.readFully(payload);
    for (int i = 0; i < payload.length; i++) {
      payload[i] ^= mask[i % 4];
    }
    String answer = "echo " + new String(payload, StandardCharsets.UTF_8);
    out.write(0x81);
    out.write(answer.length());
    out.write(answer.getBytes(StandardCharsets.US_ASCII));
    out.flush();
    // Until the client closes.
    in.readAllBytes();
  }

  private static String line(DataInputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
