using System.CommandLine;
using System.Net;
using Sluice.Client;

namespace Sluice.Cli.Parsing;

/// <summary>Options whose value is an address to listen on.</summary>
internal static class EndpointOption
{
    /// <summary>An option.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">What it does.</param>
    /// <returns>The value is null where the option is not given.</returns>
    internal static Option<DnsEndPoint?> Create(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "HOST:PORT",
        CustomParser = result =>
        {
            string text = result.Tokens.Count == 0 ? "" : result.Tokens[^1].Value;
            if (BrokerEndpoint.ParseList(text) is [var endpoint]) return new DnsEndPoint(endpoint.Host, endpoint.Port);
            result.AddError($"{name} wants HOST:PORT with a port from 1 to 65535, such as 127.0.0.1:9464; it is '{text}'");
            return null;
        },
    };
}
