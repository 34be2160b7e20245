using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Notifications.Mail;

/// <summary>The original's words for a change of state, which people's mail filters look for.</summary>
public static class AlertText
{
    /// <summary>Subject and text of an alert.</summary>
    /// <param name="subject">Instance or group.</param>
    /// <param name="name">Its name.</param>
    /// <param name="state">What it has become.</param>
    /// <returns>Null for states of which no mail tells: start, stop and deletion.</returns>
    public static (string Subject, string Body)? Of(NotifySubject subject, string name, InstanceState state)
    {
        string? word = state switch
        {
            InstanceState.Active => "MASTER",
            InstanceState.Backup => "BACKUP",
            InstanceState.Fault => "FAULT",
            _ => null,
        };
        if (word is null)
        {
            return null;
        }
        string body = subject == NotifySubject.Group ? $"All VRRP group instances are now in {word} state"
            : state == InstanceState.Active ? "VRRP Instance is now owning VRRP VIPs"
            : "VRRP Instance is no longer owning VRRP VIPs";
        string kind = subject == NotifySubject.Group ? "Group" : "Instance";
        return ($"VRRP {kind} {name} - Entering {word} state", $"=> {body} <=");
    }
}
