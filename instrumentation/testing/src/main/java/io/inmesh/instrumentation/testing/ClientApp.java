package io.inmesh.instrumentation.testing;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The app in the forked JVM: reads calls from standard input and writes answers to standard output,
 * several at once. Knows nothing of the mesh.
 */
public final class ClientApp {
  private final LibraryClient client;
  private final DataOutputStream out;

  private ClientApp(LibraryClient client, PrintStream out) {
    this.client = client;
    this.out = new DataOutputStream(out);
  }

  /** Argument: class name of the {@link LibraryClient}. */
  public static void main(String[] arguments) throws IOException, ReflectiveOperationException {
    PrintStream answers = System.out;
    // Whatever a library prints must not mix with the answers.
    System.setOut(System.err);
    LibraryClient client =
        Class.forName(arguments[0])
            .asSubclass(LibraryClient.class)
            .getDeclaredConstructor()
            .newInstance();
    new ClientApp(client, answers).serve();
    System.exit(0);
  }

  private void serve() throws IOException {
    DataInputStream in = new DataInputStream(new BufferedInputStream(System.in));
    ExecutorService workers = Executors.newCachedThreadPool();
    try {
      while (true) {
        int id = in.readInt();
        int times = in.readInt();
        ClientCall call = ClientCall.read(in);
        workers.execute(() -> answer(id, times, call));
      }
    } catch (EOFException end) {
      workers.shutdownNow();
    }
  }

  private void answer(int id, int times, ClientCall call) {
    long started = System.nanoTime();
    ClientAnswer answer;
    try {
      answer = client.send(call);
      for (int made = 1; made < times && answer.status() == 200; made++) {
        answer = client.send(call);
      }
    } catch (ExecutionException e) {
      answer = ClientAnswer.failed(e.getCause() == null ? e : e.getCause(), since(started));
    } catch (Exception | LinkageError e) {
      answer = ClientAnswer.failed(e, since(started));
    }
    synchronized (out) {
      try {
        out.writeInt(id);
        answer.write(out);
        out.flush();
      } catch (IOException gone) {
        System.exit(1);
      }
    }
  }

  private static long since(long started) {
    return (System.nanoTime() - started) / 1_000_000;
  }
}
