using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Sluice.Hosting;

/// <summary>Adds a broker to an application.</summary>
public static class SluiceHostingExtensions
{
    /// <summary>Name of the broker's health check.</summary>
    public const string HealthCheckName = "sluice";

    /// <summary>Runs a broker as long as the application runs.</summary>
    /// <param name="services">Of the application.</param>
    /// <param name="configure">Has the last word over the configuration's section; null = nothing to say.</param>
    /// <returns>The same services.</returns>
    /// <remarks>
    /// Options come from the section <see cref="SluiceOptions.SectionName"/>, in which a name that is no option is an error. The broker takes the application's
    /// <see cref="ILoggerFactory"/> and, where there are such, its <see cref="TimeProvider"/> and <see cref="IMeterFactory"/>. Calling it again adds to the options; there is one broker.
    /// </remarks>
    public static IServiceCollection AddSluice(this IServiceCollection services, Action<SluiceOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (!services.Any(static service => service.ServiceType == typeof(SluiceHostedBroker)))
        {
            services.AddOptions<SluiceOptions>()
                .Configure<IConfiguration>(static (options, configuration) =>
                    configuration.GetSection(SluiceOptions.SectionName).Bind(options, static binder => binder.ErrorOnUnknownConfiguration = true))
                .ValidateOnStart();
            services.AddSingleton<IValidateOptions<SluiceOptions>, SluiceOptionsValidator>();
            services.AddSingleton(static provider => new SluiceHostedBroker(
                provider.GetRequiredService<IOptions<SluiceOptions>>(),
                provider.GetRequiredService<IHostEnvironment>(),
                provider.GetRequiredService<ILoggerFactory>(),
                provider.GetService<TimeProvider>() ?? TimeProvider.System,
                provider.GetService<IMeterFactory>()));
            services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<SluiceHostedBroker>());
            services.AddHealthChecks().Add(new HealthCheckRegistration(
                HealthCheckName, static provider => new SluiceHealthCheck(provider.GetRequiredService<SluiceHostedBroker>()), failureStatus: null, tags: ["ready"]));
        }
        if (configure is not null) services.Configure(configure);
        return services;
    }

    /// <summary>Runs a broker as long as the application runs.</summary>
    /// <param name="builder">Of the application.</param>
    /// <param name="configure">Has the last word over the configuration's section; null = nothing to say.</param>
    /// <returns>The same builder.</returns>
    /// <remarks>As <see cref="AddSluice(IServiceCollection, Action{SluiceOptions}?)"/>.</remarks>
    public static TBuilder AddSluice<TBuilder>(this TBuilder builder, Action<SluiceOptions>? configure = null)
        where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSluice(configure);
        return builder;
    }
}
