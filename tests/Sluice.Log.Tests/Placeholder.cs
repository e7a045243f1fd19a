namespace Sluice.Log.Tests;

public class Placeholder;
