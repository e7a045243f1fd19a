namespace Sluice.Metadata.Tests;

public class Placeholder;
