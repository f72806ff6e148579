package io.inmesh.it.life;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.logging.LogManager;

/** An app that makes one call to each URL it is given and prints what it got. */
public final class OneCall {
  private static final List<String> OF_THE_MESH =
      List.of(
          "io.inmesh.agent.AgentMain",
          "io.inmesh.engine.MeshSnapshot",
          "io.netty.channel.Channel",
          "net.bytebuddy.ByteBuddy");

  private OneCall() {}

  /** Arguments: URLs. */
  public static void main(String[] urls) throws InterruptedException {
    System.setProperty("java.util.logging.manager", AppLogManager.class.getName());
    HttpClient client = HttpClient.newHttpClient();
    for (String url : urls) {
      try {
        HttpResponse<String> response =
            client.send(
                HttpRequest.newBuilder(URI.create(url)).build(),
                HttpResponse.BodyHandlers.ofString());
        System.out.println("app: " + response.statusCode() + " " + response.body());
      } catch (java.io.IOException e) {
        System.out.println("app: " + e.getClass().getSimpleName());
      }
    }
    System.out.println("app: logging by " + LogManager.getLogManager().getClass().getSimpleName());
    System.out.println("app: sees " + OF_THE_MESH.stream().filter(OneCall::isSeen).toList());
    System.exit(0);
  }

  private static boolean isSeen(String type) {
    try {
      return Class.forName(type) != null;
    } catch (ClassNotFoundException unseen) {
      return false;
    }
  }
}
