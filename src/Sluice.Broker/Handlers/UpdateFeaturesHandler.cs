using Sluice.Broker.Requests;
using Sluice.Metadata;
using Sluice.Metadata.Acls;
using Sluice.Metadata.Features;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Handlers;

// UpdateFeatures, key 57, v0–v2 (KIP-584).
// Raises, lowers or turns off features of the cluster: all that is asked, or nothing; in effect when this answers.
// v1 kinds of changes, and checks only (KIP-778). v2 one error for everything (KIP-1022).
internal sealed class UpdateFeaturesHandler(BrokerServices services) : ApiHandler<UpdateFeaturesRequest, UpdateFeaturesResponse>
{
    protected override async ValueTask HandleAsync(
        UpdateFeaturesRequest request, UpdateFeaturesResponse response, RequestContext context, CancellationToken cancellationToken)
    {
        context.RequireCluster(AclOperation.Alter);
        await services.Topics.ChangeAsync(
            current =>
            {
                (List<FeatureLevelSet> changes, response.ErrorCode, response.ErrorMessage) = Plan(request, current.Image, context.ApiVersion);
                return request.ValidateOnly || response.ErrorCode != ErrorCode.None ? [] : [.. changes];
            },
            cancellationToken).ConfigureAwait(false);
        if (context.ApiVersion >= 2 || response.ErrorCode != ErrorCode.None) return;
        foreach (UpdateFeaturesRequest.FeatureUpdateKey update in request.FeatureUpdates)
        {
            UpdateFeaturesResponse.UpdatableFeatureResult result = response.Results.Add();
            result.Feature = update.Feature;
            result.ErrorMessage = request.ValidateOnly ? "The level can be set." : "The level is in force.";
        }
    }

    protected override void Fail(UpdateFeaturesRequest request, UpdateFeaturesResponse response, ErrorCode error)
    {
        response.ErrorCode = error;
        response.ErrorMessage = ErrorCodes.Meaning(error);
    }

    private static (List<FeatureLevelSet> Changes, ErrorCode Error, string? Message) Plan(UpdateFeaturesRequest request, MetadataImage image, short version)
    {
        List<FeatureLevelSet> changes = [];
        foreach (UpdateFeaturesRequest.FeatureUpdateKey update in request.FeatureUpdates)
        {
            FeatureUpgradeType type = version > 0 ? (FeatureUpgradeType)update.UpgradeType : update.AllowDowngrade ? FeatureUpgradeType.SafeDowngrade : FeatureUpgradeType.Upgrade;
            FeatureUpdate planned = FeatureUpdate.Plan(update.Feature, update.MaxVersionLevel, type, image);
            if (planned.Problem is not null)
            {
                return ([], ErrorCode.InvalidUpdateVersion,
                    $"The update failed for all features since the following feature had an error: Invalid update version {update.MaxVersionLevel} for feature {update.Feature}. {planned.Problem}");
            }
            if (planned.Change is not null) changes.Add(planned.Change);
        }
        return (changes, ErrorCode.None, null);
    }
}
