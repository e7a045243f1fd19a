namespace Sluice.Transfer.Tests;

public class Placeholder;
