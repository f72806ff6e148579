package io.inmesh.cli.demo;

/** The processes of the shop. */
enum ShopService {
  SHOP("shop", "shop.Shop", "shop", "v1"),
  CATALOG_V1("catalog-v1", "shop.Catalog", "catalog", "v1"),
  CATALOG_V2("catalog-v2", "shop.Catalog", "catalog", "v2"),
  INVENTORY("inventory", "shop.Inventory", "inventory", "v1"),
  PRICING("pricing", "shop.Pricing", "pricing", "v1"),
  ORDERS("orders", "shop.Orders", "orders", "v1");

  private final String workload;
  private final String mainClass;
  private final String app;
  private final String version;

  ShopService(String workload, String mainClass, String app, String version) {
    this.workload = workload;
    this.mainClass = mainClass;
    this.app = app;
    this.version = version;
  }

  /** Its name in the mesh, without the namespace. */
  String workload() {
    return workload;
  }

  String mainClass() {
    return mainClass;
  }

  /** Label {@code app}, its service account, and its name in the log. */
  String app() {
    return app;
  }

  /** Its name in its certificate. */
  String spiffeId() {
    return Caller.nameOf(app);
  }

  /** Label {@code version}. */
  String version() {
    return version;
  }
}
