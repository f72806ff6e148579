package io.inmesh.it.life;

import java.util.List;
import java.util.logging.LogManager;

/**
 * {@link OneCall} of an app that brings a log manager along, and looks for what it should not see.
 */
public final class OwnLogging {
  private static final List<String> OF_THE_MESH =
      List.of(
          "io.inmesh.agent.AgentMain",
          "io.inmesh.engine.MeshSnapshot",
          "io.netty.channel.Channel",
          "net.bytebuddy.ByteBuddy");

  private OwnLogging() {}

  /** Arguments: URLs. */
  public static void main(String[] urls) throws InterruptedException {
    System.setProperty("java.util.logging.manager", AppLogManager.class.getName());
    System.out.println("app: logging by " + LogManager.getLogManager().getClass().getSimpleName());
    System.out.println("app: sees " + OF_THE_MESH.stream().filter(OwnLogging::isSeen).toList());
    OneCall.main(urls);
  }

  private static boolean isSeen(String type) {
    try {
      return Class.forName(type) != null;
    } catch (ClassNotFoundException unseen) {
      return false;
    }
  }
}
