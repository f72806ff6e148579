package io.inmesh.instrumentation.okhttp;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * The thread that the app itself has blocked in its call; it carries out what follows a timer, so
 * no library code runs on the agent's threads.
 */
final class CallerThread implements Executor {
  private final Object lock = new Object();
  private @Nullable Queue<Runnable> tasks;
  private @Nullable Response response;
  private @Nullable Throwable failure;

  @Override
  public void execute(Runnable task) {
    synchronized (lock) {
      Queue<Runnable> queue = tasks;
      if (queue == null) {
        // Most calls need none.
        queue = new ArrayDeque<>();
        tasks = queue;
      }
      queue.add(task);
      lock.notifyAll();
    }
  }

  /** Sets the result of the call. */
  void deliver(Response result) {
    synchronized (lock) {
      response = result;
      lock.notifyAll();
    }
  }

  /** Ends the call without a response. */
  void fail(Throwable cause) {
    synchronized (lock) {
      failure = cause;
      lock.notifyAll();
    }
  }

  /** Whether {@link #await} has nothing to wait for. */
  boolean isDone() {
    synchronized (lock) {
      return response != null || failure != null;
    }
  }

  /** Works until the result is there. Only the caller's thread calls this. */
  Response await() throws IOException {
    while (true) {
      Runnable task;
      synchronized (lock) {
        Response result = response;
        if (result != null) {
          return result;
        }
        if (failure != null) {
          throw asIOException(failure);
        }
        task = next();
      }
      task.run();
    }
  }

  /** Waits for a task, or for the result: then the task is empty. */
  private Runnable next() throws InterruptedIOException {
    while (response == null && failure == null) {
      Runnable task = tasks == null ? null : tasks.poll();
      if (task != null) {
        return task;
      }
      try {
        lock.wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      }
    }
    return () -> {};
  }

  private static IOException asIOException(Throwable cause) {
    if (cause instanceof IOException io) {
      return io;
    }
    if (cause instanceof RuntimeException runtime) {
      throw runtime;
    }
    return new IOException(cause);
  }
}
