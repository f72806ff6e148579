package io.inmesh.control.plane.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Tells when a folder changed on disk. Changes that come close together are told once: 40 ms after
 * the last, at most 150 ms after the first. Runs its own daemon thread until closed.
 */
public final class FolderWatch implements AutoCloseable {
  private static final long QUIET_MILLIS = 40;
  private static final long MOST_MILLIS = 150;
  private static final long RESCAN_MILLIS = 1000;

  private final ConfigFolder folder;
  private final Runnable onChange;
  private final WatchService service;
  private final Thread thread;
  private Set<Path> watched = Set.of();

  /**
   * Starts to watch.
   *
   * @param onChange called on the watch's own thread
   */
  public FolderWatch(ConfigFolder folder, Runnable onChange) {
    this.folder = folder;
    this.onChange = onChange;
    List<Path> directories = folder.directories();
    try {
      this.service = directories.get(0).getFileSystem().newWatchService();
    } catch (IOException e) {
      throw new UncheckedIOException("the folder cannot be watched", e);
    }
    register(directories);
    this.thread = new Thread(this::run, "inmesh-config");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      service.close();
      thread.join(1000);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (true) {
        WatchKey key = service.poll(RESCAN_MILLIS, TimeUnit.MILLISECONDS);
        boolean changed = key != null;
        if (key != null) {
          drain(key);
        }
        List<Path> directories = folder.directories();
        // a directory that was deleted and made again, or linked in, is seen here at the latest
        boolean moved = !new HashSet<>(directories).equals(watched);
        if (moved) {
          register(directories);
        }
        if (changed || moved) {
          onChange.run();
        }
      }
    } catch (InterruptedException | ClosedWatchServiceException e) {
      // closed: the thread ends
    }
  }

  private void drain(WatchKey first) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MOST_MILLIS);
    WatchKey key = first;
    while (key != null) {
      key.pollEvents();
      if (!key.reset()) {
        watched = Set.of();
      }
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      key = left <= 0 ? null : service.poll(Math.min(QUIET_MILLIS, left), TimeUnit.MILLISECONDS);
    }
  }

  private void register(List<Path> directories) {
    Set<Path> now = new HashSet<>();
    for (Path directory : directories) {
      try {
        directory.register(
            service,
            StandardWatchEventKinds.ENTRY_CREATE,
            StandardWatchEventKinds.ENTRY_MODIFY,
            StandardWatchEventKinds.ENTRY_DELETE);
        now.add(directory);
      } catch (IOException e) {
        // it went away in between; the next round tries again
      }
    }
    watched = now;
  }
}
