using Sluice.Client.Admin;

namespace Sluice.Testing;

// Who may connect, what they may do, and how much of it.
public sealed partial class SluiceBrokerOptions
{
    internal List<TestUser> Users { get; } = [];

    internal List<Acl> Acls { get; } = [];

    internal List<ClientQuota> Quotas { get; } = [];

    internal bool UsesTls { get; private set; }

    /// <summary>Has clients log in by SASL, as one of the users given so: by PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512.</summary>
    /// <param name="name">The user's name; the principal is <c>User:</c> and the name.</param>
    /// <param name="password">Not empty.</param>
    /// <param name="isSuper">True = may do everything, whatever ACLs say. Where there is such a user, ACLs decide about the others.</param>
    public SluiceBrokerOptions WithUser(string name, string password, bool isSuper = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(password);
        if (name.Contains(';', StringComparison.Ordinal)) throw new ArgumentException("The name of a user cannot hold a semicolon: Kafka separates super users by it.", nameof(name));
        if (Users.Exists(user => user.Name == name)) throw new ArgumentException($"The user '{name}' is given twice.", nameof(name));
        Users.Add(new TestUser(name, password, isSuper));
        return this;
    }

    /// <summary>Has clients connect by TLS. The broker makes itself a certificate for <c>localhost</c> and 127.0.0.1, which <see cref="SluiceBroker.CertificatePem"/> shows.</summary>
    public SluiceBrokerOptions WithTls()
    {
        UsesTls = true;
        return this;
    }

    /// <summary>Allows a user something. From the first ACL on, who is allowed nothing may do nothing.</summary>
    /// <param name="user">A name; <c>*</c> = everybody, <c>ANONYMOUS</c> = who did not log in.</param>
    /// <param name="resourceType">Of what.</param>
    /// <param name="resourceName">Its name; <c>*</c> = every name, <c>kafka-cluster</c> for the cluster.</param>
    /// <param name="operations">One or more.</param>
    public SluiceBrokerOptions WithAcl(string user, AclResourceType resourceType, string resourceName, params AclOperation[] operations)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        ArgumentNullException.ThrowIfNull(operations);
        if (operations.Length == 0) throw new ArgumentException("An ACL allows at least one operation.", nameof(operations));
        foreach (AclOperation operation in operations)
            WithAcl(new Acl(resourceType, AclPatternType.Literal, resourceName, $"User:{user}", "*", operation, AclPermission.Allow));
        return this;
    }

    /// <summary>Gives the broker an ACL, also one that denies, or that is about every name with a prefix.</summary>
    /// <param name="acl">Checked when the broker starts.</param>
    public SluiceBrokerOptions WithAcl(Acl acl)
    {
        ArgumentNullException.ThrowIfNull(acl);
        Acls.Add(acl);
        return this;
    }

    /// <summary>Limits how much clients may use; whoever uses more is held back, by the broker's clock.</summary>
    /// <param name="name">Kafka's: <c>producer_byte_rate</c> or <c>consumer_byte_rate</c> (bytes per second), <c>request_percentage</c>, <c>controller_mutation_rate</c>.</param>
    /// <param name="value">Above 0.</param>
    /// <param name="user">Whose; null = whoever they are.</param>
    /// <param name="clientId">Of which <c>client.id</c>; null = whichever. Where <paramref name="user"/> is null too, every client id has so much for itself.</param>
    /// <remarks>The test kit's own calls are not held back.</remarks>
    public SluiceBrokerOptions WithQuota(string name, double value, string? user = null, string? clientId = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Quotas.Add(new ClientQuota(user, clientId ?? (user is null ? "" : null), null, new Dictionary<string, double> { [name] = value }));
        return this;
    }
}
