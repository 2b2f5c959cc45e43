package dev.alloy.demo;

/** Where the demo takes place; nothing outside of this organization is touched. */
record DemoNames(String organization, String project) {

    static final DemoNames DEFAULT = new DemoNames("demo", "demo-checkout");
}
