namespace Sluice.Broker.Tests;

public class Placeholder;
