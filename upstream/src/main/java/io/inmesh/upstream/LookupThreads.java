package io.inmesh.upstream;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads that lookups of names may block; they start when they are needed. */
final class LookupThreads {
  private static final int THREADS = 4;
  private static final long IDLE_SECONDS = 30;

  private LookupThreads() {}

  static ExecutorService start() {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            LookupThreads::thread);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "inmesh-dns");
    thread.setDaemon(true);
    return thread;
  }
}
