package io.inmesh.cli.run;

import io.inmesh.cli.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Reads pages of an agent's admin endpoint.
 *
 * @param address HOST:PORT
 */
public record AdminClient(String address) {
  private static final int CONNECT_MILLIS = 2_000;
  private static final int READ_MILLIS = 20_000;

  /**
   * One page.
   *
   * @param status as HTTP has it
   */
  public record Page(int status, String body) {}

  /**
   * Gets a page and refuses anything but an answer in the 200s.
   *
   * @param path with its query
   */
  public String get(String path) {
    return good(path, fetch(path));
  }

  /**
   * Posts to a page and refuses anything but an answer in the 200s.
   *
   * @param path with its query
   */
  public String post(String path) {
    return good(path, fetch("POST", path));
  }

  private String good(String path, Page page) {
    if (page.status() / 100 != 2) {
      throw new Failure(
          "http://" + address + path + " answered " + page.status() + ": " + page.body().strip());
    }
    return page.body();
  }

  /**
   * Gets a page, whatever its status.
   *
   * @param path with its query
   */
  public Page fetch(String path) {
    return fetch("GET", path);
  }

  private Page fetch(String method, String path) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) URI.create("http://" + address + path).toURL().openConnection();
      connection.setRequestMethod(method);
      connection.setConnectTimeout(CONNECT_MILLIS);
      connection.setReadTimeout(READ_MILLIS);
      int status = connection.getResponseCode();
      InputStream body = status >= 400 ? connection.getErrorStream() : connection.getInputStream();
      try (InputStream in = body == null ? InputStream.nullInputStream() : body) {
        return new Page(status, new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new Failure("no answer from the admin endpoint " + address + ": " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new Failure("'" + address + "' is not HOST:PORT", e);
    }
  }

  /** A query of pairs, escaped, in their order; keys may repeat. */
  public static final class Query {
    private final StringBuilder text = new StringBuilder();

    /** Adds a pair. */
    public Query with(String key, String value) {
      text.append(text.length() == 0 ? '?' : '&').append(key).append('=');
      text.append(URLEncoder.encode(value, StandardCharsets.UTF_8));
      return this;
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
