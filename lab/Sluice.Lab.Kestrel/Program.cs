using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

// Kestrel's static files, as the documentation sets them up, for the lab's comparison: sluice-lab-kestrel ROOT PORT
WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = args[0] });
builder.Logging.ClearProviders();
builder.WebHost.UseUrls($"http://127.0.0.1:{args[1]}");
WebApplication application = builder.Build();
application.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(args[0]), ServeUnknownFileTypes = true });
await application.RunAsync();
