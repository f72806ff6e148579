package io.inmesh.instrumentation.testing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What the app of the server contract answers, whatever library carries it. Thread-safe. */
public final class ServerPages {
  /** All that the app serves. */
  public static final List<String> PATHS =
      List.of("/items", "/echo", "/big", "/headers", "/view", "/slow", "/seen");

  private final AtomicInteger seen = new AtomicInteger();

  /**
   * A request as the library shows it to the app.
   *
   * @param target path and query
   * @param headers name, value, name, value
   * @param remote IP:PORT of the caller
   * @param secure whether the library says that the request came over TLS
   * @param protocol such as {@code HTTP/1.1}
   */
  public record Request(
      String method,
      String target,
      List<String> headers,
      byte[] body,
      String remote,
      String scheme,
      boolean secure,
      String protocol) {
    public Request {
      headers = List.copyOf(headers);
    }
  }

  /** The response; its length is that of the body. */
  public record Page(int status, byte[] body) {}

  /** Answers one request. */
  public Page answer(Request request) throws InterruptedException {
    int question = request.target.indexOf('?');
    String path = question < 0 ? request.target : request.target.substring(0, question);
    String query = question < 0 ? "" : request.target.substring(question + 1);
    if (path.equals("/seen")) {
      return text(Integer.toString(seen()));
    }
    see();
    return switch (path) {
      case "/items" -> text("hello");
      case "/echo" -> new Page(200, request.body);
      case "/big" -> new Page(200, bytes(Integer.parseInt(query)));
      case "/headers" -> text(lines(request.headers));
      case "/view" ->
          text(
              "remote=%s scheme=%s secure=%s protocol=%s"
                  .formatted(request.remote, request.scheme, request.secure, request.protocol));
      case "/slow" -> {
        Thread.sleep(Long.parseLong(query));
        yield text("late");
      }
      default -> new Page(404, new byte[0]);
    };
  }

  /** A request has come that has no page. */
  public void see() {
    seen.incrementAndGet();
  }

  /** How many requests have come. */
  public int seen() {
    return seen.get();
  }

  private static Page text(String text) {
    return new Page(200, text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) 'x');
    return bytes;
  }

  private static String lines(List<String> headers) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i + 1 < headers.size(); i += 2) {
      lines.append(headers.get(i)).append(": ").append(headers.get(i + 1)).append('\n');
    }
    return lines.toString();
  }
}
