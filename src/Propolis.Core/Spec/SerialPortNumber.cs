namespace Propolis.Core.Spec;

/// <summary>A serial port's number, as the guest counts them.</summary>
public enum SerialPortNumber
{
    Com1,
    Com2,
    Com3,
    Com4,
}
