package io.inmesh.benchmarks.path;

import io.inmesh.cli.Failure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Start-up to the first response, bare and with the agent by turns. */
final class StartPart {
  private static final int SHOWN = 300;

  private static final Pattern MILLIS = Pattern.compile(" ms=(\\d+)$");
  private static final Pattern HELLO = Pattern.compile("^hello$");
  private static final long CONNECT_SECONDS = 10;

  private final Lab lab;

  StartPart(Lab lab) {
    this.lab = lab;
  }

  void run() {
    Report report = lab.report();
    report.begin("start-up of a bare main()");
    report.add(
        added("first response of a bare main(), added", "FirstResponse", lab.plan().startRounds())
            .asFigure(0.9)
            .withAim(0.4));
    if (lab.plan().quick()) {
      report.skip("starts of a slow app, of an idle main() and with an AOT cache, with --quick");
      return;
    }
    report.begin("start-up of a slow app");
    Pair slow = added("first response of a slow app, added", "SlowStart", lab.plan().slowRounds());
    report.add(slow.asFigure(0.3));
    report.begin("start-up of an idle main()");
    report.add(
        added("idle agent, added at start", "OneLine", lab.plan().startRounds()).asFigure(0.08));
    checkThatTheControlClientRuns();
    withAotCache();
  }

  /** Two series in seconds, round by round. */
  private record Pair(String name, Series bare, Series agent) {
    Figure asFigure(double target) {
      return Figure.atMost(name, "s", agent.minus(bare), target);
    }
  }

  private Pair added(String name, String main, int rounds) {
    List<Double> bare = new ArrayList<>();
    List<Double> agent = new ArrayList<>();
    Path java = Programs.java();
    for (int i = 0; i < rounds; i++) {
      bare.add(start(main, bareCommand(java, List.of(), main)));
      agent.add(start(main, meshedCommand(java, List.of(), main)));
    }
    Pair pair = new Pair(name, new Series(bare), new Series(agent));
    lab.report().add("start", main, "bare", "s", pair.bare());
    lab.report().add("start", main, "agent", "s", pair.agent());
    return pair;
  }

  private double start(String main, List<String> command) {
    try (Child child = Child.start(main, command, lab.programs().log("start"))) {
      return Integer.parseInt(child.await(MILLIS).group(1)) / 1e3;
    }
  }

  private List<String> bareCommand(Path java, List<String> options, String main) {
    return lab.programs()
        .bare(
            java,
            options,
            main,
            main.equals("OneLine")
                ? new String[0]
                : new String[] {
                  String.valueOf(lab.selfPort()), Services.url("self", lab.selfPort())
                });
  }

  private List<String> meshedCommand(Path java, List<String> options, String main) {
    return lab.programs()
        .meshed(
            java,
            options,
            lab.controlPlane().xds(),
            main,
            main.equals("OneLine")
                ? new String[0]
                : new String[] {
                  String.valueOf(lab.selfPort()), Services.url("self", Services.PORT)
                });
  }

  /** An idle main that stays: the control plane must see its agent. */
  private void checkThatTheControlClientRuns() {
    List<String> command =
        lab.programs()
            .meshed(Programs.java(), List.of(), lab.controlPlane().xds(), "OneLine", "hold");
    URI url = URI.create("http://" + lab.controlPlane().monitoring() + "/debug/syncz");
    HttpClient client = HttpClient.newHttpClient();
    try (Child idle = Child.start("idle", command, lab.programs().log("idle"))) {
      idle.await(HELLO);
      long end = System.nanoTime() + CONNECT_SECONDS * 1_000_000_000L;
      while (System.nanoTime() - end < 0) {
        String body =
            client
                .send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        if (body.contains("oneline")) {
          return;
        }
        Thread.sleep(100);
      }
    } catch (IOException e) {
      throw new Failure("the control plane does not answer " + url + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted", e);
    }
    throw new Failure("the idle agent is not connected to the control plane; " + url);
  }

  private void withAotCache() {
    Path java = Jdk25.find().orElse(null);
    if (java == null) {
      lab.report().skip("AOT cache: no JDK 25 in JAVA25_HOME or the usual folders");
      return;
    }
    lab.report().begin("start-up on JDK 25 with an AOT cache");
    try {
      withAotCache(java);
    } catch (Failure e) {
      // A JVM that ends while it reads its cache must not cost the other figures.
      String said = String.valueOf(e.getMessage());
      lab.report()
          .skip("AOT cache: " + said.substring(0, Math.min(SHOWN, said.length())).strip() + " …");
    }
  }

  private void withAotCache(Path java) {
    String main = "FirstResponse";
    Path trained = lab.programs().work().resolve("agent.aot");
    Path own = lab.programs().work().resolve("bare.aot");
    start(main, meshedCommand(java, List.of("-XX:AOTCacheOutput=" + trained), main));
    start(main, bareCommand(java, List.of("-XX:AOTCacheOutput=" + own), main));
    if (!Files.isRegularFile(trained)) {
      lab.report().skip("AOT cache: this JDK wrote none; see " + lab.programs().log("start"));
      return;
    }
    List<Double> bare = new ArrayList<>();
    List<Double> bareCached = new ArrayList<>();
    List<Double> agent = new ArrayList<>();
    List<Double> agentCached = new ArrayList<>();
    for (int i = 0; i < lab.plan().startRounds(); i++) {
      bare.add(start(main, bareCommand(java, List.of(), main)));
      agentCached.add(start(main, meshedCommand(java, List.of("-XX:AOTCache=" + trained), main)));
      bareCached.add(start(main, bareCommand(java, List.of("-XX:AOTCache=" + own), main)));
      agent.add(start(main, meshedCommand(java, List.of(), main)));
    }
    Pair pair =
        new Pair(
            "JDK 25, agent with AOT cache, added to bare without",
            new Series(bare),
            new Series(agentCached));
    lab.report().add("start JDK 25", main, "bare", "s", pair.bare());
    lab.report().add("start JDK 25", main, "bare, AOT cache", "s", new Series(bareCached));
    lab.report().add("start JDK 25", main, "agent", "s", new Series(agent));
    lab.report().add("start JDK 25", main, "agent, AOT cache", "s", pair.agent());
    lab.report().add(pair.asFigure(0.15));
  }
}
