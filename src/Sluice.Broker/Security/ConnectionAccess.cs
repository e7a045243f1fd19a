using System.Net;
using Sluice.Metadata.Acls;
using Sluice.Protocol;

namespace Sluice.Broker.Security;

/// <summary>What the client of one connection may do.</summary>
/// <remarks>
/// Keeps what was decided for as long as ACLs and principal stay the same: a client asks the same few questions thousands of times a second, and such an
/// answer costs one look-up and allocates nothing. Used by the connection's requests only, one at a time.
/// </remarks>
internal sealed class ConnectionAccess(AccessControl control, IPAddress address)
{
    /// <summary>Decisions that are kept; a connection that asks more questions than that begins anew.</summary>
    public const int DecisionsMax = 2048;

    /// <summary>Characters of the longest name that a decision is kept for: names come from the client, and a group's may be of 32 KiB.</summary>
    private const int KeptNameLengthMax = 256;

    private readonly Dictionary<Question, AccessDecision> _decisions = [];
    private readonly ClientHost _host = ClientHost.From(address);
    private Authorizer? _authorizer;
    private KafkaPrincipal? _principal;
    private string _principalText = "";
    private Question _last;
    private AccessDecision _lastDecision;

    private readonly record struct Question(AclOperation Operation, AclResourceType Type, string? Name);

    /// <summary>Whether anything is checked; if not, everything is allowed.</summary>
    public bool IsEnabled => control.IsEnabled;

    /// <summary>Decides about one access.</summary>
    /// <param name="principal">The client, as it authenticated itself.</param>
    /// <param name="operation">A single operation.</param>
    /// <param name="type">A kind of resource.</param>
    /// <param name="name">The resource's name; null asks whether there is any resource of the kind.</param>
    /// <param name="audit">The API that asks, if the decision is to be written down.</param>
    public bool IsAllowed(KafkaPrincipal principal, AclOperation operation, AclResourceType type, string? name, ApiKey? audit)
    {
        if (control.Current is not { } authorizer) return true;
        if (!ReferenceEquals(authorizer, _authorizer) || !ReferenceEquals(principal, _principal)) Begin(authorizer, principal);
        Question question = new(operation, type, name);

        // Mostly the same topic again, by the same instance of its name: the next partition, or the next request.
        if (question.Operation == _last.Operation && question.Type == _last.Type && ReferenceEquals(name, _last.Name))
        {
            if (audit is { } same) control.Audit.Write(_lastDecision, _principalText, _host, operation, type, name, same);
            return _lastDecision.IsAllowed;
        }
        if (!_decisions.TryGetValue(question, out AccessDecision decision))
        {
            decision = Decide(authorizer, question);
            if (_decisions.Count >= DecisionsMax) _decisions.Clear();
            if (name is null || name.Length <= KeptNameLengthMax) _decisions.Add(question, decision);
        }
        (_last, _lastDecision) = (question, decision);
        if (audit is { } api) control.Audit.Write(decision, _principalText, _host, operation, type, name, api);
        return decision.IsAllowed;
    }

    /// <summary>What the client may do to topics by the ACLs that are there now; any thread may ask, for as long as it likes. Null if nothing is checked.</summary>
    public Func<string, bool>? TopicFilter(KafkaPrincipal principal, AclOperation operation)
    {
        if (control.Current is not { } authorizer) return null;
        string principalText = principal.ToString();
        ClientHost host = _host;
        return topic => authorizer.Decide(principalText, host, operation, AclResourceType.Topic, topic).IsAllowed;
    }

    private void Begin(Authorizer authorizer, KafkaPrincipal principal)
    {
        _decisions.Clear();
        _last = default;
        _authorizer = authorizer;
        _principal = principal;
        _principalText = principal.ToString();
    }

    private AccessDecision Decide(Authorizer authorizer, Question question) => question.Name is { } name
        ? authorizer.Decide(_principalText, _host, question.Operation, question.Type, name)
        : new AccessDecision(authorizer.IsAllowedSomewhere(_principalText, _host, question.Operation, question.Type), AccessReason.NoMatchingAcl, null);
}
