package io.inmesh.instrumentation.testing;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One call that the library under test is asked to make.
 *
 * @param headers name, value, name, value
 * @param body empty for none
 * @param once whether the app can give the body once only
 * @param timeoutMillis the app's own deadline; 0 for none
 * @param cancelAfterMillis when the app cancels the call; 0 for never
 */
public record ClientCall(
    String method,
    String url,
    List<String> headers,
    byte[] body,
    boolean once,
    Mode mode,
    Protocol protocol,
    boolean followRedirects,
    boolean cookies,
    long timeoutMillis,
    long cancelAfterMillis) {
  /** How the app waits. */
  public enum Mode {
    SYNC,
    ASYNC
  }

  /** Which protocol the app prefers. */
  public enum Protocol {
    HTTP_1_1,
    HTTP_2
  }

  public ClientCall {
    headers = List.copyOf(headers);
  }

  /** A blocking GET over HTTP/1.1 that follows redirects. */
  public static ClientCall get(String url) {
    return new ClientCall(
        "GET", url, List.of(), new byte[0], false, Mode.SYNC, Protocol.HTTP_1_1, true, false, 0, 0);
  }

  /** A blocking POST over HTTP/1.1. */
  public static ClientCall post(String url, byte[] body) {
    return new ClientCall(
        "POST", url, List.of(), body, false, Mode.SYNC, Protocol.HTTP_1_1, true, false, 0, 0);
  }

  /** The same call with one header more. */
  public ClientCall with(String name, String value) {
    List<String> more = new ArrayList<>(headers);
    more.add(name);
    more.add(value);
    return new ClientCall(
        method,
        url,
        more,
        body,
        once,
        mode,
        protocol,
        followRedirects,
        cookies,
        timeoutMillis,
        cancelAfterMillis);
  }

  /** The same call with a body that the app can give once only. */
  public ClientCall sentOnce() {
    return new ClientCall(
        method,
        url,
        headers,
        body,
        true,
        mode,
        protocol,
        followRedirects,
        cookies,
        timeoutMillis,
        cancelAfterMillis);
  }

  /** The same call, made in another way. */
  public ClientCall in(Mode other) {
    return new ClientCall(
        method,
        url,
        headers,
        body,
        once,
        other,
        protocol,
        followRedirects,
        cookies,
        timeoutMillis,
        cancelAfterMillis);
  }

  /** The same call over another protocol. */
  public ClientCall over(Protocol other) {
    return new ClientCall(
        method,
        url,
        headers,
        body,
        once,
        mode,
        other,
        followRedirects,
        cookies,
        timeoutMillis,
        cancelAfterMillis);
  }

  /** The same call by a client that keeps cookies. */
  public ClientCall withCookies() {
    return new ClientCall(
        method,
        url,
        headers,
        body,
        once,
        mode,
        protocol,
        followRedirects,
        true,
        timeoutMillis,
        cancelAfterMillis);
  }

  /** The same call without following redirects. */
  public ClientCall notFollowing() {
    return new ClientCall(
        method,
        url,
        headers,
        body,
        once,
        mode,
        protocol,
        false,
        cookies,
        timeoutMillis,
        cancelAfterMillis);
  }

  /** The same call with the app's own deadline. */
  public ClientCall within(long millis) {
    return new ClientCall(
        method,
        url,
        headers,
        body,
        once,
        mode,
        protocol,
        followRedirects,
        cookies,
        millis,
        cancelAfterMillis);
  }

  /** The same call, cancelled by the app. */
  public ClientCall cancelledAfter(long millis) {
    return new ClientCall(
        method,
        url,
        headers,
        body,
        once,
        mode,
        protocol,
        followRedirects,
        cookies,
        timeoutMillis,
        millis);
  }

  void write(DataOutput out) throws IOException {
    out.writeUTF(method);
    out.writeUTF(url);
    out.writeInt(headers.size());
    for (String header : headers) {
      out.writeUTF(header);
    }
    out.writeInt(body.length);
    out.write(body);
    out.writeBoolean(once);
    out.writeUTF(mode.name());
    out.writeUTF(protocol.name());
    out.writeBoolean(followRedirects);
    out.writeBoolean(cookies);
    out.writeLong(timeoutMillis);
    out.writeLong(cancelAfterMillis);
  }

  static ClientCall read(DataInput in) throws IOException {
    String method = in.readUTF();
    String url = in.readUTF();
    List<String> headers = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      headers.add(in.readUTF());
    }
    byte[] body = new byte[in.readInt()];
    in.readFully(body);
    return new ClientCall(
        method,
        url,
        headers,
        body,
        in.readBoolean(),
        Mode.valueOf(in.readUTF()),
        Protocol.valueOf(in.readUTF()),
        in.readBoolean(),
        in.readBoolean(),
        in.readLong(),
        in.readLong());
  }
}
