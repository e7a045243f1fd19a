using Sluice.Metadata.Configs;

namespace Sluice.Broker.Tests.Configs;

public sealed class SecretTests
{
    private const string Secret = "hidden-secret";

    // Whatever key a password is given by, plain or for one listener: neither the settings' description nor its synonyms tell it.
    [Fact]
    public void No_password_is_ever_described()
    {
        ConfigKey[] sensitive = [.. BrokerConfigKeys.Table.Keys.Where(static key => key.IsSensitive)];
        sensitive.Length.ShouldBeGreaterThan(5);
        foreach (ConfigKey key in sensitive)
        {
            foreach (string name in new[] { key.Name, $"listener.name.clients.{key.Name}" })
            {
                StaticConfig config = StaticConfig.Create([new ConfigEntry(name, Secret, "test")]);
                BrokerSettings settings = BrokerSettings.Create(config, new Dictionary<string, string>(), new Dictionary<string, string>());
                foreach (BrokerSettings view in new[] { settings, settings.ForListener("CLIENTS") })
                {
                    foreach (ConfigKey described in BrokerConfigKeys.Table.Keys)
                    {
                        ConfigDescription description = view.Describe(described);
                        (description.Value ?? "").ShouldNotContain(Secret, customMessage: name);
                        description.Synonyms.ShouldAllBe(static origin => origin.Value != Secret);
                    }
                }
                string.Join('\n', config.Errors.Concat(config.Reports).Select(static problem => problem.ToString())).ShouldNotContain(Secret, customMessage: name);
            }
        }
    }
}
