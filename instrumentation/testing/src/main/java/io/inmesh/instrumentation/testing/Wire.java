package io.inmesh.instrumentation.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/**
 * One connection to a server, and HTTP/1.1 on it byte by byte; others speak otherwise. Not
 * thread-safe.
 */
public class Wire implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 15_000;
  private static final int ALERT = 21;

  private final Socket socket;
  private final InputStream in;

  /** Speaks over this. */
  public Wire(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /**
   * A response.
   *
   * @param headers name in lower case, value, …
   */
  public record Answer(int status, List<String> headers, byte[] body) {
    public Answer {
      headers = List.copyOf(headers);
    }

    /** The first value of a header, or empty. */
    public String header(String name) {
      for (int i = 0; i < headers.size(); i += 2) {
        if (headers.get(i).equals(name)) {
          return headers.get(i + 1);
        }
      }
      return "";
    }

    /** The body as text. */
    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  /** A connection in clear. */
  public static Wire plain(int port) throws IOException {
    return new Wire(socket(port));
  }

  static Socket socket(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    return socket;
  }

  /** The own end, as the server should see it. */
  public String local() {
    return socket.getLocalAddress().getHostAddress() + ":" + socket.getLocalPort();
  }

  /** The TLS on it. */
  public SSLSession session() {
    return ((SSLSocket) socket).getSession();
  }

  /** SHA-256 of the own certificate, in lower-case hex. */
  public String localCertificateHash() throws GeneralSecurityException {
    byte[] certificate = session().getLocalCertificates()[0].getEncoded();
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate));
  }

  /** Asks for a page and reads the answer; headers are lines without their end. */
  public Answer get(String target, String... headers) throws IOException {
    ask(target, headers);
    return read();
  }

  /** Asks for a page; headers are lines without their end. */
  protected void ask(String target, String... headers) throws IOException {
    send(head("GET", target, headers));
  }

  /** Whether the server ends the connection when it is asked for a page, or has done so before. */
  public boolean isRefused(String target) {
    try {
      ask(target);
    } catch (IOException closed) {
      return true;
    }
    return ended();
  }

  /** Sends a body and reads the answer. */
  public Answer post(String target, byte[] body, String... headers) throws IOException {
    List<String> all = new ArrayList<>(List.of(headers));
    all.add("Content-Length: " + body.length);
    send(head("POST", target, all.toArray(String[]::new)));
    send(body);
    return read();
  }

  /** A request head. */
  public static String head(String method, String target, String... headers) {
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(target).append(" HTTP/1.1\r\nHost: shop:8080\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    return head.append("\r\n").toString();
  }

  /** Sends text. */
  public void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sends bytes, all at once. */
  public void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /** Whether something has come that is not read yet. */
  boolean isAnswered() throws IOException {
    return in.available() > 0;
  }

  /** Reads one response that is not of HEAD. */
  public Answer read() throws IOException {
    String status = line();
    List<String> headers = new ArrayList<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.add(line.substring(0, colon).toLowerCase(Locale.ROOT));
      headers.add(line.substring(colon + 1).trim());
    }
    Answer head = new Answer(Integer.parseInt(status.split(" ")[1]), headers, new byte[0]);
    byte[] body;
    if (head.header("transfer-encoding").equals("chunked")) {
      body = chunks();
    } else if (!head.header("content-length").isEmpty()) {
      body = exactly(Integer.parseInt(head.header("content-length")));
    } else {
      body = in.readAllBytes();
    }
    return new Answer(head.status, headers, body);
  }

  /** Whether the server ends the connection, a reset included, before it sends anything more. */
  public boolean ended() {
    try {
      return in.read() < 0;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  /** Whether the server ends the connection, with nothing said before but what TLS has to say. */
  public boolean endedAfterAnAlert() {
    try {
      int first = in.read();
      while (first >= 0 && in.read() >= 0) {
        // The rest of it.
      }
      return first < 0 || first == ALERT;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int size = size(); size > 0; size = size()) {
      body.write(exactly(size));
      line();
    }
    line();
    return body.toByteArray();
  }

  private int size() throws IOException {
    return Integer.parseInt(line().trim(), 16);
  }

  /** The next bytes, no fewer. */
  final byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("ended after " + bytes.length + " of " + length + " bytes");
    }
    return bytes;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("ended after '" + line + "'");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
