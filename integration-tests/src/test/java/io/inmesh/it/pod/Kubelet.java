package io.inmesh.it.pod;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * Asks as a kubelet does, in clear and with no identity. For each argument {@code METHOD URL} it
 * prints the status and the body's last line, or {@code closed}.
 */
public final class Kubelet {
  private static final int PATIENCE_MILLIS = 10_000;

  private Kubelet() {}

  /** Arguments: {@code "GET http://…"}, … */
  public static void main(String[] questions) {
    for (String question : questions) {
      System.out.println(answer(question));
    }
  }

  private static String answer(String question) {
    String[] parts = question.split(" ");
    try {
      HttpURLConnection connection =
          (HttpURLConnection) URI.create(parts[1]).toURL().openConnection();
      connection.setRequestMethod(parts[0]);
      connection.setReadTimeout(PATIENCE_MILLIS);
      int status = connection.getResponseCode();
      String body =
          status == HttpURLConnection.HTTP_OK
              ? new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              : "";
      return (status + " " + body.lines().reduce("", (before, line) -> line)).trim();
    } catch (IOException e) {
      return "closed";
    }
  }
}
