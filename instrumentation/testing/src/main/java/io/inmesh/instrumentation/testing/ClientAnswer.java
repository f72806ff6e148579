package io.inmesh.instrumentation.testing;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What the app saw of a call.
 *
 * @param status 0 if the call threw
 * @param headers of the response: name, value, name, value
 * @param uri of the response, as the library tells the app
 * @param requestUri of the request that the response is for, as the library tells the app
 * @param requestHeaders of that request: name, value, name, value
 * @param earlier statuses of the responses that the library says came before (redirects)
 * @param failure the exception's class name, empty if the call returned
 * @param message the exception's message
 */
public record ClientAnswer(
    int status,
    List<String> headers,
    byte[] body,
    String uri,
    String requestUri,
    List<String> requestHeaders,
    List<String> earlier,
    String failure,
    String message,
    long millis) {
  public ClientAnswer {
    headers = List.copyOf(headers);
    requestHeaders = List.copyOf(requestHeaders);
    earlier = List.copyOf(earlier);
  }

  /** A call that threw. */
  public static ClientAnswer failed(Throwable failure, long millis) {
    return new ClientAnswer(
        0,
        List.of(),
        new byte[0],
        "",
        "",
        List.of(),
        List.of(),
        failure.getClass().getName(),
        String.valueOf(failure.getMessage()),
        millis);
  }

  /** The body as text. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** The first value of a response header, empty if there is none. */
  public String header(String name) {
    return first(headers, name);
  }

  /** The first value of a header of the request as the app sees it, empty if there is none. */
  public String requestHeader(String name) {
    return first(requestHeaders, name);
  }

  private static String first(List<String> headers, String name) {
    for (int i = 0; i + 1 < headers.size(); i += 2) {
      if (headers.get(i).equalsIgnoreCase(name)) {
        return headers.get(i + 1);
      }
    }
    return "";
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(status);
    write(out, headers);
    out.writeInt(body.length);
    out.write(body);
    out.writeUTF(uri);
    out.writeUTF(requestUri);
    write(out, requestHeaders);
    write(out, earlier);
    out.writeUTF(failure);
    out.writeUTF(message);
    out.writeLong(millis);
  }

  static ClientAnswer read(DataInput in) throws IOException {
    int status = in.readInt();
    List<String> headers = readList(in);
    byte[] body = new byte[in.readInt()];
    in.readFully(body);
    return new ClientAnswer(
        status,
        headers,
        body,
        in.readUTF(),
        in.readUTF(),
        readList(in),
        readList(in),
        in.readUTF(),
        in.readUTF(),
        in.readLong());
  }

  private static void write(DataOutput out, List<String> list) throws IOException {
    out.writeInt(list.size());
    for (String element : list) {
      out.writeUTF(element);
    }
  }

  private static List<String> readList(DataInput in) throws IOException {
    List<String> list = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      list.add(in.readUTF());
    }
    return list;
  }

  @Override
  public String toString() {
    return failure.isEmpty()
        ? status + " " + headers + " " + text() + " (" + millis + " ms)"
        : failure + ": " + message + " (" + millis + " ms)";
  }
}
