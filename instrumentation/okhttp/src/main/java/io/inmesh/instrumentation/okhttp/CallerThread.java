package io.inmesh.instrumentation.okhttp;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The thread that the app itself has blocked in its call; it carries out what follows a timer, so
 * no library code runs on the agent's threads.
 */
final class CallerThread implements Executor {
  private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  /** Works until the result is there. Only the caller's thread calls this. */
  <T> T await(CompletableFuture<T> result) throws IOException {
    if (!result.isDone()) {
      result.whenComplete((value, failure) -> tasks.add(() -> {}));
    }
    while (!result.isDone()) {
      try {
        tasks.take().run();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      }
    }
    try {
      return result.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      if (e.getCause() instanceof RuntimeException runtime) {
        throw runtime;
      }
      throw new IOException(e.getCause());
    }
  }
}
