namespace Sluice.Protocol.Tests;

public class Placeholder;
