package workload;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/**
 * A bare main: a JDK HttpServer that is called once by a JDK HttpClient. Prints the time from the
 * start of the JVM to the response.
 */
public final class FirstResponse {
  private static final int COLLECTIONS = 3;

  private FirstResponse() {}

  /** Arguments: port to listen on, URL to call, and {@code hold} to stay until told to end. */
  public static void main(String[] args) throws IOException, InterruptedException {
    HttpServer server = EchoServer.small(Integer.parseInt(args[0]), 0);
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(args[1])).build(),
                HttpResponse.BodyHandlers.ofString());
    long now = System.currentTimeMillis();
    if (response.statusCode() != 200) {
      System.out.println("answered " + response.statusCode() + ": " + response.body());
      System.exit(1);
    }
    long started = ManagementFactory.getRuntimeMXBean().getStartTime();
    System.out.println("first response ms=" + (now - started));
    if (args.length > 2) {
      hold();
    }
    server.stop(0);
    System.exit(0);
  }

  /** Each line on standard input asks for full collections and the live heap in bytes. */
  private static void hold() throws IOException, InterruptedException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    while (in.readLine() != null) {
      for (int i = 0; i < COLLECTIONS; i++) {
        System.gc();
        Thread.sleep(300);
      }
      Runtime runtime = Runtime.getRuntime();
      System.out.println("live bytes=" + (runtime.totalMemory() - runtime.freeMemory()));
    }
  }
}
