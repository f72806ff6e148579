package io.inmesh.cli.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Somebody outside of the mesh who knows a service's real port.
 *
 * @param port on loopback
 */
record Stranger(int port) {
  private static final int PATIENCE_MILLIS = 10_000;

  /**
   * Asks in plain HTTP.
   *
   * @param scene as the customers send it, so that the service would log it
   * @return the first line of what came back; empty if the connection was closed without a byte
   */
  Optional<String> ask(String path, String scene) {
    String request = "GET " + path + " HTTP/1.1\r\nhost: stranger\r\nx-call: " + scene + "\r\n\r\n";
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      return Optional.ofNullable(in.readLine());
    } catch (SocketTimeoutException e) {
      return Optional.of("neither an answer nor an end");
    } catch (IOException e) {
      // A reset is an end, too.
      return Optional.empty();
    }
  }
}
