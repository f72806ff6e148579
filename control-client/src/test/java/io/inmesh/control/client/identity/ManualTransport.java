package io.inmesh.control.client.identity;

import io.inmesh.control.client.transport.EventThread;
import io.inmesh.control.client.transport.GrpcStream;
import io.inmesh.control.client.transport.GrpcTransport;
import io.inmesh.control.client.transport.StreamEnd;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/** A transport whose time and whose answers are the test's. */
final class ManualTransport implements GrpcTransport, EventThread, InstantSource {
  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparing(Task::at).thenComparing(Task::number));
  private final Consumer<Call> server;
  private final List<Call> calls = new ArrayList<>();
  private Instant now = Instant.parse("2026-01-02T03:04:05Z");
  private Duration skew = Duration.ZERO;
  private int number;

  private record Task(Instant at, int number, Runnable work) {}

  /**
   * @param server answers each call when its request has come
   */
  ManualTransport(Consumer<Call> server) {
    this.server = server;
  }

  /** One call of the client. */
  final class Call implements GrpcStream {
    private final Map<String, String> metadata;
    private final Listener listener;
    private byte[] request = new byte[0];
    private boolean over;

    Call(Map<String, String> metadata, Listener listener) {
      this.metadata = metadata;
      this.listener = listener;
    }

    Map<String, String> metadata() {
      return metadata;
    }

    byte[] request() {
      return request;
    }

    boolean over() {
      return over;
    }

    void answer(byte[] message) {
      if (!over) {
        listener.onMessage(message);
      }
    }

    void end(StreamEnd end) {
      if (!over) {
        over = true;
        listener.onEnd(end);
      }
    }

    @Override
    public void send(byte[] message) {
      request = message;
    }

    @Override
    public void finish() {
      execute(() -> server.accept(this));
    }

    @Override
    public void cancel() {
      over = true;
    }
  }

  List<Call> calls() {
    return calls;
  }

  /** The clock of this process is behind, or ahead where negative. */
  void behind(Duration by) {
    skew = by;
  }

  /** The true time. */
  Instant truth() {
    return now;
  }

  /** Lets time pass, and what is due in it happen. */
  void pass(Duration time) {
    Instant end = now.plus(time);
    for (Task next = tasks.peek(); next != null && !next.at.isAfter(end); next = tasks.peek()) {
      tasks.remove();
      if (next.at.isAfter(now)) {
        now = next.at;
      }
      next.work.run();
    }
    now = end;
  }

  @Override
  public Instant instant() {
    return now.minus(skew);
  }

  @Override
  public EventThread thread() {
    return this;
  }

  @Override
  public GrpcStream open(
      String method, Map<String, String> metadata, GrpcStream.Listener listener) {
    Call call = new Call(metadata, listener);
    calls.add(call);
    execute(
        () -> {
          if (!call.over) {
            listener.onOpen();
          }
        });
    return call;
  }

  @Override
  public boolean isCurrent() {
    return true;
  }

  @Override
  public void execute(Runnable task) {
    schedule(task, 0);
  }

  @Override
  public void schedule(Runnable task, long delayNanos) {
    tasks.add(new Task(now.plusNanos(delayNanos), number++, task));
  }

  @Override
  public void close() {}
}
