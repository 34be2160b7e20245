using Holdfast.Config.Nginx.Model;
using Holdfast.Nginx.Limits;
using Holdfast.Web.Http.Places;
using Holdfast.Web.Logs;

namespace Holdfast.Web.Http.Steps;

/// <summary><c>limit_conn</c></summary>
internal sealed class ConnectionLimitStep(ConnectionLimits limits, LimitSettings settings) : PlaceStep
{
    private readonly ErrorLevel _level = ErrorLevels.Of(settings.ConnectionLogLevel);

    internal override StepResult Run(Exchange exchange)
    {
        if (exchange.ConnectionLimit != LimitStatus.None)
        {
            return StepResult.GoOn;
        }
        exchange.ConnectionLimit = limits.Ask(exchange.Request, exchange.Visit);
        if (exchange.ConnectionLimit is not (LimitStatus.Rejected or LimitStatus.RejectedDryRun))
        {
            return StepResult.GoOn;
        }
        string dryRun = settings.IsConnectionDryRun ? ", dry run," : "";
        exchange.Report(_level, $"limiting connections{dryRun} by zone \"{exchange.Visit.Refused?.Name}\"");
        if (exchange.ConnectionLimit == LimitStatus.RejectedDryRun)
        {
            return StepResult.GoOn;
        }
        exchange.FinishWith(settings.ConnectionStatus);
        return StepResult.Done;
    }
}
