package io.inmesh.upstream;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.ThreadFactory;

/** An event loop of one daemon thread, which has nothing of the app's. */
final class OwnLoop {
  private OwnLoop() {}

  /**
   * Its thread starts with the first task.
   *
   * @param name of the thread
   */
  static EventLoopGroup named(String name) {
    ThreadFactory daemons = task -> daemon(name, task);
    return new MultiThreadIoEventLoopGroup(1, daemons, NioIoHandler.newFactory());
  }

  private static Thread daemon(String name, Runnable task) {
    Thread thread = new Thread(null, task, name, 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(null);
    return thread;
  }
}
