package io.inmesh.instrumentation.testing;

import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A {@link ClientApp} in a JVM of its own. */
public final class ForkedClient implements AutoCloseable {
  private final Process process;
  private final DataOutputStream calls;
  private final AtomicInteger next = new AtomicInteger();
  private final Map<Integer, CompletableFuture<ClientAnswer>> waiting = new ConcurrentHashMap<>();
  private final List<String> log = new CopyOnWriteArrayList<>();

  /**
   * Starts it.
   *
   * @param java the JVM's executable
   * @param options JVM options, the agent's among them
   * @param classPath of the app
   * @param client class name of the {@link LibraryClient}
   */
  public ForkedClient(Path java, List<String> options, String classPath, String client)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(java.toString());
    command.addAll(options);
    command.addAll(List.of("-Xmx256m", "-cp", classPath, ClientApp.class.getName(), client));
    process = new ProcessBuilder(command).start();
    calls = new DataOutputStream(process.getOutputStream());
    daemon("contract-answers", this::readAnswers);
    daemon("contract-log", this::readLog);
  }

  /** Makes a call and waits for its answer, at most a minute. */
  public ClientAnswer send(ClientCall call) {
    return answer(call, start(call));
  }

  /**
   * Lets the app make a call again and again, each when the one before is answered, at most a
   * minute in all.
   *
   * @return the first answer that is no 200, or else the last
   */
  public ClientAnswer repeat(ClientCall call, int times) {
    return answer(call, start(call, times));
  }

  private ClientAnswer answer(ClientCall call, CompletableFuture<ClientAnswer> started) {
    try {
      return started.get(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (Exception e) {
      throw new AssertionError("no answer to " + call + "; the app's log:\n" + text(log), e);
    }
  }

  /** Starts a call. */
  public CompletableFuture<ClientAnswer> start(ClientCall call) {
    return start(call, 1);
  }

  private CompletableFuture<ClientAnswer> start(ClientCall call, int times) {
    int id = next.incrementAndGet();
    CompletableFuture<ClientAnswer> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    synchronized (calls) {
      try {
        calls.writeInt(id);
        calls.writeInt(times);
        call.write(calls);
        calls.flush();
      } catch (IOException e) {
        answer.completeExceptionally(e);
      }
    }
    return answer;
  }

  /** What the app has written to standard error, the agent's lines included. */
  public List<String> log() {
    return List.copyOf(log);
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void readAnswers() {
    try (DataInputStream in = new DataInputStream(process.getInputStream())) {
      while (true) {
        CompletableFuture<ClientAnswer> answer = waiting.remove(in.readInt());
        ClientAnswer read = ClientAnswer.read(in);
        if (answer != null) {
          answer.complete(read);
        }
      }
    } catch (IOException ended) {
      waiting.values().forEach(answer -> answer.completeExceptionally(ended));
    }
  }

  private void readLog() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        log.add(line);
      }
    } catch (IOException ended) {
      log.add("(log ended: " + ended + ")");
    }
  }

  private static void daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private static String text(List<String> lines) {
    return String.join("\n", lines);
  }
}
