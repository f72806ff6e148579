package io.inmesh.it.pod;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * Asks as a kubelet does, in clear and with no identity. For each argument {@code METHOD URL} it
 * prints the status and the body's last line, or {@code closed}. It claims to be what it is not; of
 * the headers that an app has seen it prints only those.
 */
public final class Kubelet {
  private static final int PATIENCE_MILLIS = 10_000;

  private static final String FORGED = "forged";

  private Kubelet() {}

  /** Arguments: {@code "GET http://…"}, … */
  public static void main(String[] questions) {
    for (String question : questions) {
      System.out.println(answer(question));
    }
  }

  private static String said(String url, String body) {
    return body.lines()
        .filter(line -> !url.endsWith("/headers") || line.contains(FORGED))
        .reduce("", (before, line) -> line);
  }

  private static String answer(String question) {
    String[] parts = question.split(" ");
    try {
      HttpURLConnection connection =
          (HttpURLConnection) URI.create(parts[1]).toURL().openConnection();
      connection.setRequestMethod(parts[0]);
      connection.setReadTimeout(PATIENCE_MILLIS);
      connection.setRequestProperty("x-forwarded-client-cert", FORGED);
      connection.setRequestProperty("x-envoy-peer-metadata-id", FORGED);
      int status = connection.getResponseCode();
      String body =
          status == HttpURLConnection.HTTP_OK
              ? new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              : "";
      return (status + " " + said(parts[1], body)).trim();
    } catch (IOException e) {
      return "closed";
    }
  }
}
