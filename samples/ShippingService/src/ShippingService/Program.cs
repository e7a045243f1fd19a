using Microsoft.Extensions.Hosting;
using ShippingService;

await ShippingHost.Build(args).RunAsync();
