namespace Sluice.Testing;

/// <summary>Somebody who can log in.</summary>
internal sealed record TestUser(string Name, string Password, bool IsSuper);
