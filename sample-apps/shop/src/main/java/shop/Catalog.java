package shop;

import java.io.IOException;

/** What the shop sells; version v2 knows one thing more. */
public final class Catalog {
  private Catalog() {}

  /** Starts the catalog; see {@code Options} for the arguments. */
  public static void main(String[] args) throws IOException {
    Options options = Options.parse("catalog", 8080, args);
    String items =
        options.version().equals("v2")
            ? "{\"items\":[\"lamp\",\"chair\",\"telescope\"]}\n"
            : "{\"items\":[\"lamp\",\"chair\"]}\n";
    Service service = Service.bind(options);
    service
        .at("/items", request -> service.ok(items))
        .at("/search", request -> service.ok("{\"found\":[\"lamp\"]}\n"))
        .start();
  }
}
